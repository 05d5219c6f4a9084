package io.webhookmemory.service.lifecycle;

/** The life of a service, in one direction. */
public enum LifecycleState {
    STARTING,
    RUNNING,
    STOPPING,
    STOPPED;

    public boolean canTransitionTo(LifecycleState next) {
        return switch (this) {
            case STARTING -> next == RUNNING || next == STOPPING;
            case RUNNING -> next == STOPPING;
            case STOPPING -> next == STOPPED;
            case STOPPED -> false;
        };
    }
}
