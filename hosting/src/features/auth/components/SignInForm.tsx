import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { signIn } from '../api/sign-in.ts';
import { AuthHeading } from './AuthContainer.tsx';
import { GoogleSignIn } from './GoogleSignIn.tsx';
import { signInSchema } from './schemas.ts';

interface SignInFormProps {
  /** Why the person is here when they did not ask to be. */
  notice?: string | undefined;
  email?: string | undefined;
  redirect?: string | undefined;
  onDone: () => void;
}

export function SignInForm({ notice, email = '', redirect, onDone }: SignInFormProps) {
  const [failure, setFailure] = useState<string>();
  const { register, handleSubmit, formState, setFocus, resetField } = useForm({
    resolver: standardSchemaResolver(signInSchema),
    defaultValues: { email, password: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    setFailure(undefined);
    try {
      await signIn(values);
      onDone();
    } catch (thrown) {
      setFailure(authMessage(thrown));
      resetField('password');
      setFocus('password');
    }
  });

  return (
    <>
      <AuthHeading title="Sign in">
        New here?{' '}
        <Link to="/sign-up" search={{ redirect }} className="text-focus underline underline-offset-2">
          Create an account
        </Link>
      </AuthHeading>
      {notice !== undefined && (
        <Notice tone="warn" live className="mb-4">
          {notice}
        </Notice>
      )}
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TextField
          {...register('email')}
          label="Email"
          type="email"
          autoComplete="username"
          error={errors.email?.message}
        />
        <TextField
          {...register('password')}
          label="Password"
          type="password"
          autoComplete="current-password"
          error={errors.password?.message}
          aside={
            <Link to="/reset-password" className="text-focus underline underline-offset-2">
              Forgot it?
            </Link>
          }
        />
        {failure !== undefined && (
          <Notice tone="failed" live>
            {failure}
          </Notice>
        )}
        <Button type="submit" variant="primary" busy={isSubmitting}>
          {isSubmitting ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      <GoogleSignIn onDone={onDone} onFailure={setFailure} />
    </>
  );
}
