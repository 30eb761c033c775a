/** As the SDK's clients take credentials. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Stands in for the SDK's chain of credential providers (`@aws-sdk/credential-provider-node`) in functions. Lambda
 * puts the role's credentials into the environment of every Node.js function, which is where the chain ends on its
 * first step; the steps that are never taken (profiles, SSO, processes, web identity, instance metadata) and the
 * protocols that they alone need are 37 KB of what a function would load.
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
