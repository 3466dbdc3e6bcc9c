import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { EmulatedMail } from '#components/ui/emulated-mail.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { requestReset } from '../api/request-reset.ts';
import { AuthHeading } from './AuthContainer.tsx';
import { resetRequestSchema } from './schemas.ts';

export function ResetRequestForm() {
  const [failure, setFailure] = useState<string>();
  const [sentTo, setSentTo] = useState<string>();
  const { register, handleSubmit, formState } = useForm({
    resolver: standardSchemaResolver(resetRequestSchema),
    defaultValues: { email: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ email }) => {
    setFailure(undefined);
    try {
      await requestReset(email);
      setSentTo(email);
    } catch (thrown) {
      setFailure(authMessage(thrown));
    }
  });

  return (
    <>
      <AuthHeading title="Reset the password">
        <Link to="/sign-in" className="text-focus underline underline-offset-2">
          Back to sign in
        </Link>
      </AuthHeading>
      {sentTo === undefined ? (
        <form onSubmit={submit} noValidate className="flex flex-col gap-4">
          <TextField
            {...register('email')}
            label="Email"
            type="email"
            autoComplete="username"
            error={errors.email?.message}
          />
          {failure !== undefined && (
            <Notice tone="failed" live>
              {failure}
            </Notice>
          )}
          <Button type="submit" variant="primary" busy={isSubmitting}>
            {isSubmitting ? 'Sending…' : 'Send a reset link'}
          </Button>
        </form>
      ) : (
        <Notice tone="done" live>
          <p>
            If <strong>{sentTo}</strong> has an account, a link to reset its password is on the way.
          </p>
          <EmulatedMail kind="PASSWORD_RESET" email={sentTo} />
        </Notice>
      )}
    </>
  );
}
