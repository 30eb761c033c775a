/**
 * Writes a value as JSON in ASCII alone: what is beyond is escaped, UTF-16 unit by unit. SQS takes the characters of XML
 * 1.0 only, and not every queue takes those beyond U+FFFF:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
