/**
 * What the certificate service has on the server beside certbot itself: how it hands challenges and certificates to HAProxy. Certbot calls
 * it by `python3 hook.py auth|cleanup|deploy` (its documentation: "Pre and Post Validation Hooks", "Renewing certificates"). It is in
 * Python because certbot's image has nothing else that speaks to a socket.
 *
 * auth: the answer to a challenge goes into HAProxy's map, so that HTTP-01 works for every name with no route. deploy: chain and key become
 * a file of the edge, and the running HAProxy takes them by its runtime API, with no reload.
 */
export const hookScript = `
import fcntl, os, socket, sys, time

ETC = '/etc/edge'
API = '/run/edge/api.sock'
ACME_MAP = ETC + '/acme.map'
FOLDER = ETC + '/certs'
LIST = ETC + '/certs.list'

def ask(command):
    with socket.socket(socket.AF_UNIX) as api:
        api.settimeout(10)
        api.connect(API)
        api.sendall((command + '\\n').encode())
        api.shutdown(socket.SHUT_WR)
        parts = []
        while True:
            part = api.recv(65536)
            if not part:
                return b''.join(parts).decode().strip()
            parts.append(part)

def until(wanted, attempt):
    # HAProxy answers nobody while it loads a new configuration.
    last = ''
    for _ in range(60):
        try:
            last = attempt()
            if wanted(last):
                return last
        except OSError as error:
            last = str(error)
        time.sleep(0.5)
    sys.exit('HAProxy did not take it: ' + last)

def auth():
    token, answer = os.environ['CERTBOT_TOKEN'], os.environ['CERTBOT_VALIDATION']
    def add():
        ask('add map %s %s %s' % (ACME_MAP, token, answer))
        return ask('show map %s' % ACME_MAP)
    until(lambda shown: (token + ' ' + answer) in shown, add)

def cleanup():
    try:
        ask('del map %s %s' % (ACME_MAP, os.environ['CERTBOT_TOKEN']))
    except OSError:
        pass

def deploy():
    lineage = os.environ['RENEWED_LINEAGE']
    path = '%s/%s.pem' % (FOLDER, os.path.basename(lineage))
    pem = ''
    for name in ('fullchain.pem', 'privkey.pem'):
        with open(lineage + '/' + name) as file:
            pem += file.read().strip() + '\\n'
    # An empty line would end what a command carries.
    pem = '\\n'.join(line for line in pem.splitlines() if line.strip()) + '\\n'
    with open(ETC + '/.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.makedirs(FOLDER, mode=0o700, exist_ok=True)
        file = os.open(path + '.new', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(file, pem.encode())
        os.fsync(file)
        os.close(file)
        os.rename(path + '.new', path)
        with open(LIST, 'a+') as listed:
            listed.seek(0)
            if path not in listed.read().split('\\n'):
                listed.write(path + '\\n')
    known = until(lambda said: True, lambda: ask('show ssl cert'))
    if path not in [line.lstrip('*') for line in known.split('\\n')]:
        until(lambda said: said != '', lambda: ask('new ssl cert ' + path))
    until(lambda said: 'Transaction' in said, lambda: ask('set ssl cert %s <<\\n%s' % (path, pem)))
    until(lambda said: 'Success' in said, lambda: ask('commit ssl cert ' + path))
    listed = until(lambda said: said != '', lambda: ask('show ssl crt-list ' + LIST))
    if path not in listed.split('\\n'):
        until(lambda said: 'Success' in said, lambda: ask('add ssl crt-list %s %s' % (LIST, path)))

{'auth': auth, 'cleanup': cleanup, 'deploy': deploy}[sys.argv[1]]()
`.trimStart();
