import { newSecret } from '../../domain/api-key.ts';

/** bcrypt runs on Node's thread pool, 50 to 60 ms at cost 10; the addon loads on the first use. */
export async function hashSecret(secret: string, cost: number): Promise<string> {
  const { default: bcrypt } = await import('bcrypt');
  return bcrypt.hash(secret, cost);
}

export async function secretMatches(secret: string, hash: string): Promise<boolean> {
  const { default: bcrypt } = await import('bcrypt');
  return bcrypt.compare(secret, hash);
}

const decoys = new Map<number, Promise<string>>();

/** A hash that nothing matches: comparing with it makes an unknown key take as long as a wrong secret. */
export function decoyHash(cost: number): Promise<string> {
  const decoy = decoys.get(cost) ?? hashSecret(newSecret(), cost);
  decoys.set(cost, decoy);
  return decoy;
}
