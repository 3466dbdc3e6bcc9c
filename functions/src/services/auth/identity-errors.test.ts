import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../domain/errors.ts';
import { IdentityError } from '../../identity/identity-toolkit.ts';
import { fromIdentityError } from './identity-errors.ts';

const answer = (reason: string) => {
  const error = fromIdentityError(new IdentityError(reason, 'detail of theirs'));
  return error instanceof GatewayError ? { code: error.code, message: error.message } : error;
};

describe('what Identity Toolkit says becomes an answer', () => {
  it.each([
    ['EMAIL_EXISTS', 'conflict'],
    ['INVALID_EMAIL', 'invalid_request'],
    ['WEAK_PASSWORD', 'invalid_request'],
    ['PASSWORD_DOES_NOT_MEET_REQUIREMENTS', 'invalid_request'],
    ['EXPIRED_OOB_CODE', 'invalid_request'],
    ['INVALID_OOB_CODE', 'invalid_request'],
    ['TOKEN_EXPIRED', 'unauthenticated'],
    ['INVALID_REFRESH_TOKEN', 'unauthenticated'],
    ['USER_NOT_FOUND', 'unauthenticated'],
    ['TOO_MANY_ATTEMPTS_TRY_LATER', 'rate_limited'],
    ['QUOTA_EXCEEDED', 'rate_limited'],
  ])('%s: %s', (reason, code) => {
    expect(answer(reason)).toMatchObject({ code });
  });

  it('says the same of an unknown address, a wrong password and a disabled account', () => {
    const answers = ['EMAIL_NOT_FOUND', 'INVALID_PASSWORD', 'INVALID_LOGIN_CREDENTIALS', 'USER_DISABLED'].map(
      answer,
    );
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(answers[0]).toEqual({ code: 'unauthenticated', message: 'The address or the password is wrong.' });
  });

  it('shows none of its words', () => {
    for (const reason of ['EMAIL_EXISTS', 'WEAK_PASSWORD', 'TOKEN_EXPIRED']) {
      expect(JSON.stringify(answer(reason))).not.toMatch(/detail of theirs|[A-Z]_[A-Z]/);
    }
  });

  it('asks to come back later where it has had enough of us', () => {
    expect(fromIdentityError(new IdentityError('QUOTA_EXCEEDED', ''))).toMatchObject({
      retryAfterSeconds: 60,
    });
  });
});

describe('a service that does not answer', () => {
  it.each([new TypeError('fetch failed'), new DOMException('The operation timed out', 'TimeoutError')])(
    'is a 503 to be tried again: %s',
    (thrown) => {
      expect(fromIdentityError(thrown)).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
    },
  );
});

it.each([new Error('something else'), new GatewayError('forbidden'), new IdentityError('NEW_REASON', '')])(
  'leaves the rest as it is: %s',
  (thrown) => {
    expect(fromIdentityError(thrown)).toBe(thrown);
  },
);
