package io.webhookmemory.service.lifecycle;

/** The states of a service, in order. */
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
