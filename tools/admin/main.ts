// npm run admin -- grant|revoke <email>: gives a user the custom claim `admin`, or takes it.
// On the local emulators while they run, else on the project of .firebaserc with Application Default Credentials.
import { createDirectory } from '../../functions/src/identity/directory.ts';
import { isPortFree } from '../lib/ports.ts';
import { configuredPorts, deployedProjectId, host, projectId } from '../lib/project.ts';
import { print, runMain, UserError } from '../lib/say.ts';

await runMain(async () => {
  const [verb, email, ...rest] = process.argv.slice(2);
  if ((verb !== 'grant' && verb !== 'revoke') || !email || rest.length > 0) {
    throw new UserError('Usage: npm run admin -- grant|revoke <email>');
  }
  const { auth } = configuredPorts();
  const local = process.env['FIREBASE_AUTH_EMULATOR_HOST'] !== undefined || !(await isPortFree(auth));
  const id = local ? projectId() : deployedProjectId();
  if (local) process.env['FIREBASE_AUTH_EMULATOR_HOST'] ??= `${host}:${auth}`;
  else if (id.startsWith('demo-')) {
    throw new UserError(
      'The Auth emulator does not run: npm start first, or set a real project in .firebaserc.',
    );
  }

  const directory = createDirectory(id);
  const uid = await directory.findByEmail(email);
  if (!uid) throw new UserError(`No user of ${id} has the address ${email}.`);
  await directory.setAdmin(uid, verb === 'grant');
  print(
    `${email} is ${verb === 'grant' ? 'now' : 'no longer'} an administrator of ${id}${local ? ' (emulator)' : ''}. It shows from the next sign-in or refresh on.`,
  );
  process.exit(0);
});
