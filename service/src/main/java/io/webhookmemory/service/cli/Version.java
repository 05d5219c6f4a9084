package io.webhookmemory.service.cli;

import io.webhookmemory.service.build.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"webhook-memory " + BuildInfo.current()};
    }
}
