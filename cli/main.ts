#!/usr/bin/env node
import { processIo } from './process-io.ts';
import { run } from './run.ts';

// the AWS SDK's warning about coming Node.js versions would not help a user of the command line
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await run(process.argv.slice(2), processIo());
// a pipe that was not read to its end would keep the process alive
process.stdin.destroy();
