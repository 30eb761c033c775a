import { describe } from '@jest/globals';
import { actionsContract } from './actions-contract.ts';
import { controlsContract } from './controls-contract.ts';
import { dedupKeysContract } from './dedup-keys-contract.ts';
import { dueIndexContract } from './due-index-contract.ts';
import { endedJobsContract } from './ended-jobs-contract.ts';
import { headLooksContract } from './head-looks-contract.ts';
import { headsContract } from './heads-contract.ts';
import { jobEndsContract } from './job-ends-contract.ts';
import { jobListsContract } from './job-lists-contract.ts';
import { jobRunsContract } from './job-runs-contract.ts';
import { slotsContract } from './slots-contract.ts';
import { ContractKit, type StoreUnderTest } from './store-under-test.ts';
import { turnsContract } from './turns-contract.ts';
import { windowsContract } from './windows-contract.ts';

/** What every store has to do, whatever it is made of. */
export function storeContract(name: string, get: () => StoreUnderTest): void {
  const kit = new ContractKit(name, get);
  describe(`a store in ${name}`, () => {
    headsContract(kit);
    headLooksContract(kit);
    windowsContract(kit);
    dedupKeysContract(kit);
    jobRunsContract(kit);
    jobEndsContract(kit);
    endedJobsContract(kit);
    jobListsContract(kit);
    controlsContract(kit);
    actionsContract(kit);
    slotsContract(kit);
    turnsContract(kit);
    dueIndexContract(kit);
  });
}
