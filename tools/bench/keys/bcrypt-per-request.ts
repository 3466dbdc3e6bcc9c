// What checking a key costs where nothing is remembered: each request reads the key's document, runs bcrypt on the
// secret and passes the call on. No limits, no record. Only for `npm run bench -- keys`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseApiKey } from '../../../functions/src/domain/api-key.ts';
import { secretMatches } from '../../../functions/src/services/api-keys/hash-secret.ts';
import { apiKeyRef } from '../../../functions/src/store/api-keys.ts';
import { openFirestore } from '../../../functions/test/load/seed.ts';
import { tellParent } from '../../lib/process-group.ts';
import { projectId } from '../../lib/project.ts';

const db = openFirestore({ projectId: projectId() });
const upstream = `${process.env['FIREGATE_SANDBOX_URL']}/openai/v1/chat/completions`;

const server = createServer(async (request, response) => {
  const parsed = parseApiKey(String(request.headers['x-api-key']));
  const { hash } = (parsed && (await apiKeyRef(db, parsed.keyId).get()).data()) ?? {};
  if (!parsed || !hash || !(await secretMatches(parsed.secret, hash))) {
    response.writeHead(401).end();
    return;
  }
  const answer = await fetch(upstream, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sandbox' },
    body: await text(request),
  });
  response.writeHead(answer.status, { 'Content-Type': 'application/json' });
  response.end(Buffer.from(await answer.arrayBuffer()));
});
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => tellParent({ ready: { port: (server.address() as AddressInfo).port } }));
