/**
 * The processes of a capture, being rebuilt from its tables and events as Falco's libs rebuild
 * them.
 */
export {};
