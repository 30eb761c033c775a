import type { Command } from 'commander';
import { ApiClient } from './api/api-client.ts';
import { HttpClient } from './api/http-client.ts';
import { type ConnectOptions, connect } from './connect/connect.ts';
import type { Connection } from './connect/connection.ts';
import { EXIT, type ExitCode } from './errors/exit-codes.ts';
import type { Io } from './io.ts';
import { Output } from './output/output.ts';
import type { LoadDashboard } from './start/dashboard-page.ts';

/** The options of every command. */
export interface CommonOptions extends ConnectOptions {
  readonly json?: true;
}

/** The objects that the commands of one run share. */
export class Session {
  readonly io: Io;
  readonly loadDashboard: LoadDashboard;
  exitCode: ExitCode = EXIT.ok;

  constructor(io: Io, loadDashboard: LoadDashboard) {
    this.io = io;
    this.loadDashboard = loadDashboard;
  }

  /** Makes the output of a command's answers. */
  output(command: Command): Output {
    return new Output(this.io, { isJson: command.optsWithGlobals<CommonOptions>().json === true });
  }

  /** Connects to the deployment that a command names. @throws UsageError, UnreachableError */
  connect(command: Command): Promise<Connection> {
    return connect(command.optsWithGlobals<CommonOptions>(), this.io);
  }

  /** Makes a client of that deployment's API. @throws UsageError, UnreachableError */
  async api(command: Command): Promise<ApiClient> {
    return new ApiClient(new HttpClient(await this.connect(command), this.io));
  }

  /** Waits for Ctrl-C, for commands that serve until then. */
  async interruption(): Promise<void> {
    const { interrupted } = this.io;
    if (interrupted.aborted) return;
    await new Promise(resolve => interrupted.addEventListener('abort', resolve, { once: true }));
  }
}
