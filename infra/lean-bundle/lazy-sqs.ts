import type {
  ChangeMessageVisibilityCommandInput,
  SendMessageCommandInput,
  SQSClientConfig,
} from '@aws-sdk/client-sqs';

type Sdk = typeof import('./sqs.ts');
type Client = InstanceType<Sdk['SQSClient']>;

interface LazyCommand {
  sendBy(client: Client, sdk: Sdk): Promise<unknown>;
}

/**
 * Stands in for `@aws-sdk/client-sqs` where lib imports it: the same names, behind which the SDK's module is
 * loaded with the first message. An add that neither opens nor fills a window sends none, nor does a ticker that
 * finds nothing due; so the client's 24 KB are no part of a cold start.
 *
 * Whatever else lib comes to import of the client has to be added here; until then esbuild refuses to bundle.
 */
export class SQSClient {
  readonly #config: SQSClientConfig;
  #client: Client | undefined;

  constructor(config: SQSClientConfig = {}) {
    this.#config = config;
  }

  async send(command: LazyCommand): Promise<unknown> {
    const sdk = await import('./sqs.ts');
    this.#client ??= new sdk.SQSClient(this.#config);
    return command.sendBy(this.#client, sdk);
  }

  destroy(): void {
    this.#client?.destroy();
  }
}

export class SendMessageCommand implements LazyCommand {
  readonly input: SendMessageCommandInput;

  constructor(input: SendMessageCommandInput) {
    this.input = input;
  }

  sendBy(client: Client, sdk: Sdk): Promise<unknown> {
    return client.send(new sdk.SendMessageCommand(this.input));
  }
}

export class ChangeMessageVisibilityCommand implements LazyCommand {
  readonly input: ChangeMessageVisibilityCommandInput;

  constructor(input: ChangeMessageVisibilityCommandInput) {
    this.input = input;
  }

  sendBy(client: Client, sdk: Sdk): Promise<unknown> {
    return client.send(new sdk.ChangeMessageVisibilityCommand(this.input));
  }
}
