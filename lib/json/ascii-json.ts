/**
 * Writes a value as JSON in ASCII alone. Other characters are escaped, UTF-16 unit by unit. SQS takes only the characters
 * of XML 1.0, and not every queue takes characters beyond U+FFFF:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
