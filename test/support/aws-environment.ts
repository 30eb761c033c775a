import { afterEach, beforeEach } from '@jest/globals';

/** Gives each test of a file credentials and a region of AWS, and nothing of the machine that it runs on. */
export function awsEnvironment(more: Readonly<Record<string, string>> = {}): void {
  const before = process.env;
  beforeEach(() => {
    process.env = {
      ...before,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...more,
    };
  });
  afterEach(() => {
    process.env = before;
  });
}
