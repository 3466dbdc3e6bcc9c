import { isPortFree, portHolder } from '../lib/ports.ts';
import { UserError } from '../lib/say.ts';

/** @throws UserError naming each port that is taken, what it is for, and by whom. */
export async function requirePorts(
  ports: { port: number; name: string; elsewhere: string }[],
): Promise<void> {
  const taken = await Promise.all(
    ports.map(async (entry) => ((await isPortFree(entry.port)) ? [] : [entry])),
  );
  const lines = taken
    .flat()
    .map(
      ({ port, name, elsewhere }) =>
        `Port ${port} (${name}) is taken by ${portHolder(port) ?? 'another process'}: stop it, or ${elsewhere}.`,
    );
  if (lines.length > 0) throw new UserError(lines.join('\n'));
}
