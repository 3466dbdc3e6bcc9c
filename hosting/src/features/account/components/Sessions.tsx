import { useMutation } from '@tanstack/react-query';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Section } from '#components/ui/section.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { signOut } from '#lib/auth/session.ts';
import { signOutEverywhere } from '../api/sign-out-everywhere.ts';

export function Sessions() {
  const here = useMutation({ mutationFn: signOut });
  const everywhere = useMutation({ mutationFn: signOutEverywhere });
  return (
    <Section title="Sessions" description="“Everywhere” also ends those of your scripts.">
      <div className="flex flex-wrap gap-2">
        <Button busy={here.isPending} onClick={() => here.mutate()}>
          Sign out here
        </Button>
        <Button variant="danger" busy={everywhere.isPending} onClick={() => everywhere.mutate()}>
          Sign out everywhere
        </Button>
      </div>
      {everywhere.isError && (
        <Notice tone="failed" live className="mt-3">
          {toApiError(everywhere.error).message} You are still signed in.
        </Notice>
      )}
    </Section>
  );
}
