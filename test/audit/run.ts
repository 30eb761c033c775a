import { type Audit, audit } from './audit.ts';

/** As `sysexits.h` has it: nothing is wrong, and nothing is known; somebody else has to be asked. */
const NOT_AUDITED = 75;

/**
 * `npm run audit`: whether an advisory reaches what is installed. It ends with 0 when none does, with 1 when one does
 * or when that could not be learnt, and with 75 when the registry has no advisories.
 */
function tell(result: Audit): number {
  switch (result.outcome) {
    case 'clean':
      console.log(`audited: no advisory that counts reaches any of ${result.packages} packages.`);
      return 0;
    case 'vulnerable':
      for (const { name, range, severity, reaches, via } of result.found) {
        console.log(`${severity}, in ${reaches}: ${name} ${range}\n  ${via.join('\n  ')}`);
      }
      console.log(`audited: ${result.found.length} packages have to be replaced.`);
      return 1;
    case 'not audited':
      console.log(`not audited: the registry has no advisories (${result.reason}).`);
      return NOT_AUDITED;
    case 'failed':
      console.log(`The audit failed: ${result.reason}`);
      return 1;
  }
}

process.exitCode = tell(await audit(process.cwd()));
