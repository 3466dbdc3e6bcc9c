// The sandbox of the load test, in a process of its own. Its recorder keeps a bounded number of requests; here they
// are told to the parent and forgotten a few times a second, so that each single one can be accounted for.
import { createSandbox } from '../../../tools/sandbox/server.ts';

const TELL_EVERY_MS = 250;

const sandbox = await createSandbox().start();

/** The recorder is read and emptied within one turn: no request can come in between. */
function tell(): void {
  const requestIds = sandbox.recorder.list().map(({ requestId }) => requestId);
  sandbox.recorder.clear();
  if (requestIds.length > 0) process.send?.({ requestIds });
}

setInterval(tell, TELL_EVERY_MS);
process.on('message', () => {
  tell();
  process.send?.({ told: true });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: sandbox.url });
