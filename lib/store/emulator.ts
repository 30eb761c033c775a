/** The region and the credentials for an emulator. It wants credentials, and does not check them. */
export const EMULATOR = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
