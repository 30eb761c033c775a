/** Credentials in the form that the SDK's clients take. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Replaces the SDK's chain of credential providers (`@aws-sdk/credential-provider-node`) in functions. Lambda puts the
 * role's credentials into the environment of each Node.js function, where the chain's first step finds them. The other
 * steps (profiles, SSO, processes, web identity, instance metadata) never run, and with their protocols would add 37 KB to
 * the code that a function loads.
 */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: a function takes its credentials from its environment, where Lambda puts them.',
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};
