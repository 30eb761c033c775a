/** What lib uses of the client, so that the chunk that lazy-sqs loads holds these three and not all commands. */
export { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
