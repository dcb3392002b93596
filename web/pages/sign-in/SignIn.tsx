import { Box, Button, Center, Loader, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { Failure } from '../../components/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { acceptLink, type LinkInfo, readLink, signIn } from '../../data/session.ts';

const MIN_PASSWORD = 10;

/** Where to go on: a path of ours alone, so that a link can't lead elsewhere. */
const onward = (back: string | undefined) => (back?.startsWith('/') && !/^\/[/\\]/.test(back) ? back : '/');

/** Signs in by password; with a `token` in the address, by a link from the first start or an invitation. */
export default function SignIn() {
  const { token, back } = useSearch({ strict: false }) as { token?: string; back?: string };
  useEffect(() => {
    document.title = 'Sign in · Handoff';
  }, []);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Box className="panel" p="xl" w={380} maw="100%">
        <Stack gap="md">
          <Stack gap={6} align="center">
            <img src="/icon.svg" alt="" width={36} height={36} />
            <Title order={1}>{token ? 'Welcome to Handoff' : 'Sign in to Handoff'}</Title>
          </Stack>
          {token ? <ByLink token={token} /> : <ByPassword back={onward(back)} />}
        </Stack>
      </Box>
    </Center>
  );
}

/** Runs `work` when the form is sent; the page is left when it works. */
function useLeaving(to: string) {
  const [state, setState] = useState<{ busy: boolean; error: ApiFailure | null }>({ busy: false, error: null });
  const run = async (work: () => Promise<void>) => {
    setState({ busy: true, error: null });
    try {
      await work();
      location.assign(to);
    } catch (error) {
      setState({ busy: false, error: error instanceof ApiFailure ? error : new ApiFailure(0, String(error)) });
    }
  };
  return { ...state, run };
}

function ByPassword({ back }: { back: string }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useLeaving(back);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => signIn(email, password));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error && <Failure error={error} />}
        <Button type="submit" loading={busy} mt={4}>
          Sign in
        </Button>
        <Text size="xs" c="var(--quiet)">
          Locked out? Run <span className="mono">npm run sign-in-link</span> where Handoff runs.
        </Text>
      </Stack>
    </form>
  );
}

function ByLink({ token }: { token: string }) {
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => readLink(token),
    retry: false,
    staleTime: Infinity,
  });
  if (link.isPending) return <Loader mx="auto" aria-label="Checking the link" />;
  if (link.isError)
    return (
      <Stack gap="sm">
        <Failure error={link.error} />
        <a className="link" href="/sign-in">
          Sign in with a password
        </a>
      </Stack>
    );
  return <LinkForm token={token} link={link.data} />;
}

function LinkForm({ token, link }: { token: string; link: LinkInfo }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState(link.email ?? '');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useLeaving('/');
  const asks = link.needs_profile;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => acceptLink({ token, ...(asks && { name, email }), ...(password !== '' && { password }) }));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text c="var(--quiet)">
          {link.kind === 'first'
            ? 'You are the first here: you will be the administrator.'
            : link.kind === 'invite'
              ? `You were invited as ${link.role}. Choose a name and a password.`
              : `This link signs in ${link.email ?? 'you'}. You may set a new password.`}
        </Text>
        {asks && (
          <>
            <TextInput
              label="Your name"
              autoComplete="name"
              required
              autoFocus
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={error?.of('name')}
            />
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              required
              readOnly={link.email !== null}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={error?.of('email')}
            />
          </>
        )}
        <PasswordInput
          label={asks ? 'Password' : 'New password (optional)'}
          description={`At least ${MIN_PASSWORD} characters`}
          autoComplete="new-password"
          required={asks}
          minLength={MIN_PASSWORD}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={error?.of('password')}
        />
        {error && <Failure error={error} />}
        <Button type="submit" loading={busy} mt={4}>
          {asks ? 'Start' : 'Sign in'}
        </Button>
      </Stack>
    </form>
  );
}
