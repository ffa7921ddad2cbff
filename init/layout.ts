/** The client's new root: what the shim switches to. */
export const NEW_ROOT = "/root";

/** Where the layers of an image are mounted until the overlay holds them. */
export const LAYERS = "/run/ltsp/layers";
