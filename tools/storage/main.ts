// node tools/storage/main.ts --port 9199 --directory <folder>
// A local Cloud Storage for npm start, npm run serve and the tests.
import { parseArgs } from 'node:util';
import { createStorageServer } from './server.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '9199' }, directory: { type: 'string' } },
});
if (!values.directory) throw new Error('--directory says where the objects are kept.');
const server = createStorageServer(values.directory);
server.listen(Number(values.port), '127.0.0.1');
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
});
