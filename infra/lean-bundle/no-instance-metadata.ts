/**
 * Stands in for the SDK's question to an EC2 instance in which region it is: Lambda always says it in its
 * environment, which is asked first.
 */
export const getInstanceMetadataRegion = async (): Promise<undefined> => undefined;
