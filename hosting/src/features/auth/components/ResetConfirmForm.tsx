import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { checkResetCode } from '../api/check-reset-code.ts';
import { confirmReset } from '../api/confirm-reset.ts';
import { AuthHeading } from './AuthContainer.tsx';
import { DeadLink } from './DeadLink.tsx';
import { resetConfirmSchema } from './schemas.ts';

export function ResetConfirmForm({ oobCode }: { oobCode: string }) {
  const [failure, setFailure] = useState<string>();
  const [done, setDone] = useState(false);
  const account = useQuery({
    queryKey: ['reset-code', oobCode],
    queryFn: () => checkResetCode(oobCode),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const { register, handleSubmit, formState } = useForm({
    resolver: standardSchemaResolver(resetConfirmSchema),
    defaultValues: { password: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ password }) => {
    setFailure(undefined);
    try {
      await confirmReset({ oobCode, password });
      setDone(true);
    } catch (thrown) {
      setFailure(authMessage(thrown));
    }
  });

  if (account.isPending) return <p role="status">Checking the link…</p>;
  if (account.isError) {
    return (
      <DeadLink message={authMessage(account.error)}>
        <Link to="/reset-password" className={buttonClass('primary')}>
          Ask for a new link
        </Link>
      </DeadLink>
    );
  }
  if (done) {
    return (
      <>
        <AuthHeading title="Password changed" />
        <Notice tone="done" live className="mb-4">
          From now on {account.data} signs in with the new password.
        </Notice>
        <Link to="/sign-in" search={{ email: account.data }} className={buttonClass('primary')}>
          Sign in
        </Link>
      </>
    );
  }
  return (
    <>
      <AuthHeading title="Choose a new password">For {account.data}</AuthHeading>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <input type="hidden" autoComplete="username" value={account.data} readOnly />
        <TextField
          {...register('password')}
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 8 characters."
          error={errors.password?.message}
        />
        {failure !== undefined && (
          <Notice tone="failed" live>
            {failure}
          </Notice>
        )}
        <Button type="submit" variant="primary" busy={isSubmitting}>
          {isSubmitting ? 'Changing…' : 'Change password'}
        </Button>
      </form>
    </>
  );
}
