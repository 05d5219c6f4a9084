package io.webhookmemory.embedded.cognee;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Breaks the connection of a request, as a crashed server does. */
final class Connections {
    private Connections() {}

    static void drop(HttpServletRequest request) {
        ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }
}
