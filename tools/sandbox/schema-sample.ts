import { isRecord } from './json.ts';

const MAX_DEPTH = 8;

/**
 * A value that fits a JSON schema, always the same one: for structured outputs and for tool arguments.
 * Covers what the providers' strict modes allow: type, properties, items, enum, const, anyOf, $ref and bounds.
 */
export function sampleOf(schema: unknown): unknown {
  return sample(schema, schema, 'value', 0);
}

function sample(schema: unknown, root: unknown, name: string, depth: number): unknown {
  if (!isRecord(schema) || depth > MAX_DEPTH) return null;
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (typeof schema['$ref'] === 'string') {
    return sample(resolve(root, schema['$ref']), root, name, depth + 1);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const options = schema[key];
    if (Array.isArray(options)) return sample(options[0], root, name, depth + 1);
  }
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'array':
      return sampleArray(schema, root, name, depth);
    case 'string':
      return sampleString(schema, name);
    case 'integer':
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return isRecord(schema['properties']) || type === 'object' ? sampleObject(schema, root, depth) : null;
  }
}

function sampleObject(
  schema: Record<string, unknown>,
  root: unknown,
  depth: number,
): Record<string, unknown> {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : Object.keys(properties);
  const names = Object.keys(properties).filter((name) => required.includes(name));
  return Object.fromEntries(names.map((name) => [name, sample(properties[name], root, name, depth + 1)]));
}

function sampleArray(schema: Record<string, unknown>, root: unknown, name: string, depth: number): unknown[] {
  const least = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1;
  return Array.from({ length: least }, () => sample(schema['items'], root, name, depth + 1));
}

function sampleString(schema: Record<string, unknown>, name: string): string {
  switch (schema['format']) {
    case 'date-time':
      return '2026-01-01T00:00:00Z';
    case 'date':
      return '2026-01-01';
    case 'email':
      return 'sandbox@example.com';
    case 'uri':
      return 'https://example.com/';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    default: {
      const least = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
      const most = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Number.POSITIVE_INFINITY;
      return `sandbox ${name}`.padEnd(least, '.').slice(0, most);
    }
  }
}

function sampleNumber(schema: Record<string, unknown>): number {
  if (typeof schema['minimum'] === 'number') return Math.ceil(schema['minimum']);
  if (typeof schema['exclusiveMinimum'] === 'number') return Math.floor(schema['exclusiveMinimum']) + 1;
  return typeof schema['maximum'] === 'number' ? Math.min(1, Math.floor(schema['maximum'])) : 1;
}

function resolve(root: unknown, reference: string): unknown {
  let node: unknown = root;
  for (const part of reference.replace(/^#\/?/, '').split('/')) {
    if (part !== '') node = isRecord(node) ? node[part] : undefined;
  }
  return node;
}
