import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { FirebaseError } from 'firebase/app';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Section } from '#components/ui/section.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { newPassword } from '#lib/auth/password.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { changePassword } from '../api/change-password.ts';

const schema = z.object({
  current: z.string().check(z.minLength(1, 'Enter your current password.')),
  next: newPassword,
});

/** Firebase names the wrong password the way it names a wrong address at sign-in. */
const WRONG_PASSWORD = new Set([
  'auth/invalid-credential',
  'auth/wrong-password',
  'auth/invalid-login-credentials',
]);

export function ChangePassword() {
  const user = useSessionUser();
  const [outcome, setOutcome] = useState<{ tone: 'done' | 'failed'; text: string }>();
  const { register, handleSubmit, formState, setError, reset } = useForm({
    resolver: standardSchemaResolver(schema),
    defaultValues: { current: '', next: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    setOutcome(undefined);
    try {
      await changePassword(values);
      reset();
      setOutcome({ tone: 'done', text: 'Password changed.' });
    } catch (thrown) {
      if (thrown instanceof FirebaseError && WRONG_PASSWORD.has(thrown.code)) {
        setError('current', { message: 'This is not your current password.' }, { shouldFocus: true });
      } else {
        setOutcome({ tone: 'failed', text: authMessage(thrown) ?? 'The password was not changed.' });
      }
    }
  });

  const hasPassword = user?.signInMethods.includes('password') === true;
  return (
    <Section title="Password" description="Asks for the current one first.">
      {hasPassword ? (
        <form onSubmit={submit} noValidate className="flex max-w-90 flex-col gap-4">
          <input type="hidden" autoComplete="username" value={user.email} readOnly />
          <TextField
            {...register('current')}
            label="Current password"
            type="password"
            autoComplete="current-password"
            error={errors.current?.message}
          />
          <TextField
            {...register('next')}
            label="New password"
            type="password"
            autoComplete="new-password"
            hint="At least 8 characters."
            error={errors.next?.message}
          />
          {outcome !== undefined && (
            <Notice tone={outcome.tone} live>
              {outcome.text}
            </Notice>
          )}
          <Button type="submit" busy={isSubmitting} className="self-start">
            {isSubmitting ? 'Changing…' : 'Change password'}
          </Button>
        </form>
      ) : (
        <p className="text-mute">You sign in with Google: this account has no password here.</p>
      )}
    </Section>
  );
}
