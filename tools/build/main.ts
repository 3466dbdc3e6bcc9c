// npm run build: the functions into functions/lib, the client into hosting/dist.
import { buildClient, buildFunctions } from '../lib/build.ts';
import { runMain } from '../lib/say.ts';

await runMain(async () => {
  await Promise.all([buildFunctions(), buildClient()]);
});
