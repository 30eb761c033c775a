import type { Settings } from 'cistern';
import { type Local, type LocalOptions, startLocal } from 'cistern/local';
import { startEngines } from './engines/start-engines.ts';

/** A local deployment that is kept on an emulator, so that other processes can reach it. */
export interface LocalOnEmulator extends Local {
  readonly settings: Settings;
}

/** Starts a local deployment on dynalite and fauxqs, which it reaches through the AWS clients. */
export async function startOnEmulator(
  options: Pick<LocalOptions, 'batches' | 'onEvent' | 'log'>,
): Promise<LocalOnEmulator> {
  const engines = await startEngines();
  const { dynamodb, sqs } = engines;
  const local = await startLocal({ ...options, port: 0, endpoints: { dynamodb, sqs } });
  const { settings } = local;
  if (settings === undefined) throw new Error('On an emulator there are settings.');
  return {
    ...local,
    settings,
    async stop() {
      await local.stop();
      await engines.stop();
    },
  };
}
