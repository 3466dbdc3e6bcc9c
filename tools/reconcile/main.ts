// npm run reconcile -- [uid …]: recomputes ledgers from the usage records and shows where they differ, and adds up
// what they have leased of the project's budget.
// On the local emulator while it runs, else on the project of .firebaserc with Application Default Credentials.
import { reconcilePool } from '../../functions/src/services/ledger/read-project-budget.ts';
import { reconcileLedger } from '../../functions/src/services/ledger/reconcile.ts';
import { openFirestore } from '../../functions/src/store/open-firestore.ts';
import { isPortFree } from '../lib/ports.ts';
import { configuredPorts, deployedProjectId, host, projectId } from '../lib/project.ts';
import { print, runMain, UserError } from '../lib/say.ts';

await runMain(async () => {
  const { firestore: port } = configuredPorts();
  const local = process.env['FIRESTORE_EMULATOR_HOST'] !== undefined || !(await isPortFree(port));
  const id = local ? projectId() : deployedProjectId();
  if (local) process.env['FIRESTORE_EMULATOR_HOST'] ??= `${host}:${port}`;
  else if (id.startsWith('demo-')) {
    throw new UserError(
      'The Firestore emulator does not run: npm start first, or set a real project in .firebaserc.',
    );
  }
  const firestore = openFirestore(id);
  const named = process.argv.slice(2);
  const users =
    named.length > 0
      ? named
      : (await firestore.collection('rateLimitBuckets').listDocuments()).map((ref) => ref.id);
  let wrong = 0;
  for (const uid of users) {
    const { records, holds, heldAndRecorded, differences } = await reconcileLedger(firestore, uid);
    if (differences.length === 0 && heldAndRecorded.length === 0) continue;
    wrong += 1;
    print(`${uid}: ${records} records, ${holds} holds`);
    for (const requestId of heldAndRecorded) print(`  ${requestId} is held although it is recorded`);
    for (const { what, key, ledgerNanoUsd, recordsNanoUsd } of differences) {
      print(`  ${what} ${key}: the ledger says ${ledgerNanoUsd}, the records ${recordsNanoUsd} nano-USD`);
    }
  }
  print(`${users.length} ledgers, ${wrong} that differ from their records.`);
  const pool = await reconcilePool(firestore, Date.now());
  const isPoolWrong = pool.leasedNanoUsd !== pool.leasesNanoUsd;
  if (pool.ledgers > 0 || isPoolWrong) {
    print(
      `The project's budget: ${pool.leasedNanoUsd} nano-USD leased, the leases of ${pool.ledgers} ledgers say ${pool.leasesNanoUsd}.`,
    );
  }
  await firestore.terminate();
  process.exitCode = wrong > 0 || isPoolWrong ? 1 : 0;
});
