/** The address that the local stack listens on: this machine's alone. */
export const HOST = '127.0.0.1';
