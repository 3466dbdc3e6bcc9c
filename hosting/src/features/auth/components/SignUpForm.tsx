import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { signUp } from '../api/sign-up.ts';
import { AuthHeading } from './AuthContainer.tsx';
import { GoogleSignIn } from './GoogleSignIn.tsx';
import { signUpSchema } from './schemas.ts';

interface SignUpFormProps {
  redirect?: string | undefined;
  onDone: () => void;
}

export function SignUpForm({ redirect, onDone }: SignUpFormProps) {
  const [failure, setFailure] = useState<string>();
  const { register, handleSubmit, formState } = useForm({
    resolver: standardSchemaResolver(signUpSchema),
    defaultValues: { displayName: '', email: '', password: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    setFailure(undefined);
    try {
      await signUp(values);
      onDone();
    } catch (thrown) {
      setFailure(authMessage(thrown));
    }
  });

  return (
    <>
      <AuthHeading title="Create an account">
        Have one?{' '}
        <Link to="/sign-in" search={{ redirect }} className="text-focus underline underline-offset-2">
          Sign in
        </Link>
      </AuthHeading>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TextField
          {...register('displayName')}
          label="Name"
          autoComplete="name"
          error={errors.displayName?.message}
          aside={<span className="text-mute">optional</span>}
        />
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
          {isSubmitting ? 'Creating…' : 'Create account'}
        </Button>
      </form>
      <GoogleSignIn onDone={onDone} onFailure={setFailure} />
    </>
  );
}
