// node-coap's server on a port that the system chooses, which is its first line of output. What is put at a path below /store can be read,
// changed, deleted and observed there; /slow takes longer than a piggybacked response may; anything else is an error.
'use strict'
const coap = require('coap')
const dgram = require('dgram')

const stored = new Map()
const observers = new Map()

const change = (path, body) => {
  stored.set(path, body)
  for (const observer of observers.get(path)?.values() ?? []) {
    observer.write(body)
  }
}

const end = (response, code, payload) => {
  response.code = code
  response.end(payload)
}

const read = (request, response, path) => {
  const body = stored.get(path)
  const key = `${request.rsinfo.address}:${request.rsinfo.port}/${request._packet.token.toString('hex')}`
  if (body === undefined) {
    end(response, '4.04', `nothing at ${path}`)
  } else if (request.headers.Observe === 0) {
    if (!observers.has(path)) {
      observers.set(path, new Map())
    }

    observers.get(path).set(key, response)
    response.on('finish', () => observers.get(path).delete(key))
    response.write(body)
  } else {
    observers.get(path)?.delete(key)
    response.setOption('Content-Format', 'application/octet-stream')
    response.end(body)
  }
}

const server = coap.createServer((request, response) => {
  const [path] = request.url.split('?')
  if (path === '/slow') {
    setTimeout(() => response.end('at last'), 300)
  } else if (path === '/observers') {
    response.end(String(observers.get('/store')?.size ?? 0))
  } else if (!path.startsWith('/store')) {
    end(response, '4.03', `no ${path} for you`)
  } else if (request.method === 'GET') {
    read(request, response, path)
  } else if (request.method === 'PUT') {
    response.code = stored.has(path) ? '2.04' : '2.01'
    change(path, request.payload)
    response.end()
  } else if (request.method === 'POST') {
    const name = `${stored.size}`
    change(`${path}/${name}`, request.payload)
    response.code = '2.01'
    response.setOption('Location-Path', ['store', name].map(segment => Buffer.from(segment)))
    response.end()
  } else if (request.method === 'DELETE') {
    stored.delete(path)
    end(response, '2.02')
  } else {
    end(response, '4.05')
  }
})

const socket = dgram.createSocket('udp4')
socket.bind(0, process.argv[2], () => server.listen(socket, () => process.stdout.write(`${socket.address().port}\n`)))
