import { FileUp, TriangleAlert } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { ExpectedError, type ServerSummary } from '../../../src-main/contract/index.ts';
import { closeCertificateDialog, installCertificate } from '../../state/certificates.ts';
import { Button, Dialog, InlineError, notify, TextArea } from '../../ui/index.ts';
import { useAsking } from '../servers/use-asking.ts';
import { longestFile, type PemErrors, type PemTexts, pemErrors, sortedPem } from './pem-text.ts';

const formId = 'own-certificate';
const nothing: PemTexts = { chain: '', key: '' };
const noErrors: PemErrors = { chain: null, key: null };

/** Takes a certificate of the user's own. What is in the fields lives only while the dialog is open. */
export function OwnCertificateDialog({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  const [texts, setTexts] = useState(nothing);
  const [errors, setErrors] = useState(noErrors);
  const [warning, setWarning] = useState<string | null>(null);
  const { busy, error, ask } = useAsking();
  const change = (part: Partial<PemTexts>): void => {
    setTexts((before) => ({ ...before, ...part }));
    setErrors(noErrors);
  };
  const take = (files: readonly File[]): void => {
    readPem(files, texts).then(change, notify.error);
  };
  const submit = (): void => {
    const found = pemErrors(texts);
    setErrors(found);
    if (found.chain !== null || found.key !== null) return;
    ask(async () => {
      const installed = await installCertificate(id, texts.chain, texts.key);
      setTexts(nothing);
      if (installed.warning !== null) {
        setWarning(installed.warning);
        return;
      }
      closeCertificateDialog();
      notify.success(`The certificate is served on ${name}`);
    });
  };
  if (warning !== null) return <Installed name={name} warning={warning} />;
  return (
    <Dialog
      open
      onClose={closeCertificateDialog}
      title="Use your own certificate"
      subtitle={`on ${name}`}
      footerStart={<FileButton onFiles={take} />}
      footer={
        <>
          <Button variant="ghost" onClick={closeCertificateDialog}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Serve it
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        // A file that is dropped here is for the fields, and no folder to deploy.
        data-takes-files
        className="flex flex-col gap-4"
        onDrop={(event) => {
          event.preventDefault();
          take([...event.dataTransfer.files]);
        }}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextArea
          label="Certificate, and those of its issuers"
          autoFocus
          rows={6}
          value={texts.chain}
          onChange={(chain) => change({ chain })}
          error={errors.chain}
          placeholder={'-----BEGIN CERTIFICATE-----\n…'}
          hint="As PEM, in whatever order. Drop the files here, or paste."
        />
        <TextArea
          label="Private key"
          rows={4}
          hidden
          value={texts.key}
          onChange={(key) => change({ key })}
          error={errors.key}
          placeholder={'-----BEGIN PRIVATE KEY-----\n…'}
          hint="Goes to the server over SSH, and is not kept on this computer."
        />
        <p className="text-12 text-text-2">
          It is served at once for the names in it, in place of one of your own for the same first name, with no connection cut. It does not
          renew itself: give the next one before it ends.
        </p>
        {error && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

function Installed({ name, warning }: { readonly name: string; readonly warning: string }): ReactNode {
  return (
    <Dialog
      open
      onClose={closeCertificateDialog}
      title="The certificate is served"
      subtitle={`on ${name}`}
      size="sm"
      footer={
        <Button variant="primary" onClick={closeCertificateDialog}>
          Done
        </Button>
      }
    >
      <p role="status" className="flex items-start gap-2.5 rounded-6 bg-warn-soft px-3 py-2.5">
        <TriangleAlert aria-hidden size={16} className="mt-px flex-none text-warn" />
        <span className="selectable min-w-0 wrap-anywhere">{warning}</span>
      </p>
    </Dialog>
  );
}

function FileButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files of the certificate and its key"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file once more is another choice.
          event.target.value = '';
        }}
      />
      <Button variant="ghost" icon={FileUp} className="-ml-3" onClick={() => input.current?.click()}>
        Choose files…
      </Button>
    </>
  );
}

/** What the files hold for the fields. Throws `invalid-input` for files that hold neither. */
async function readPem(files: readonly File[], before: PemTexts): Promise<PemTexts> {
  const large = files.find((file) => file.size > longestFile);
  if (large) throw new ExpectedError('invalid-input', `${large.name} is too large for a certificate or a key`);
  const found = sortedPem(await Promise.all(files.map((file) => file.text())), before);
  if (found !== null) return found;
  throw new ExpectedError('invalid-input', `There is no certificate and no key in ${files.map(({ name }) => name).join(', ')}`, {
    next: 'They have to be PEM. `openssl pkcs12 -nodes -in FILE` makes it of a .pfx or .p12 file, `openssl x509 -inform der -in FILE` of a .cer.',
  });
}
