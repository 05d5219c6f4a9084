package io.webhookmemory.admin.erase;

/** The order cannot be carried out as given; nothing was written. The message is for the operator. */
public final class ErasureRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ErasureRefused(String message) {
        super(message);
    }
}
