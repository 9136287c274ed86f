// The cost of a request that does no work.
export default {
  async fetch(request) {
    if (request.method === 'GET') return new Response('ok');
    await request.text();
    return new Response('{"result":"ok"}', { status: 201, headers: { 'content-type': 'application/json' } });
  },
};
