#!/usr/bin/env node
import { processIo } from './process-io.ts';
import { run } from './run.ts';

// what the AWS SDK says of coming Node versions is for those who deploy, and they deploy another
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await run(process.argv.slice(2), processIo());
// a pipe that was not read to its end would keep the process
process.stdin.destroy();
