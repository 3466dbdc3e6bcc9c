import type { z } from '@hono/zod-openapi';

export interface Issue {
  /** Of the field, with dots; empty for the whole. */
  path: string;
  message: string;
}

/**
 * What a schema found, a line for each field. Of a choice between kinds of values, what is wrong with the one that
 * was meant, which is the one of the value's own type, rather than that none of them fits.
 */
export function issuesOf({ issues }: { issues: readonly z.core.$ZodIssue[] }): Issue[] {
  return issues.flatMap((issue) => {
    const at = issue.path.map(String);
    const meant = issue.code === 'invalid_union' ? issue.errors.find(isOfItsType) : undefined;
    if (meant === undefined) return [{ path: at.join('.'), message: issue.message }];
    return issuesOf({ issues: meant }).map(({ path, message }) => ({
      path: [...at, ...(path === '' ? [] : [path])].join('.'),
      message,
    }));
  });
}

function isOfItsType(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every(
    ({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'),
  );
}
