/* net/tls.h: TLS as a filter on a stream: what is sent above is encrypted below. `opened` of the stream comes when the
 * handshake has ended; a handshake that fails closes the stream with ERR_PROTOCOL, and net_tls says why until `closed`
 * returns. */
#pragma once
#include "crypto/tls.h"
#include "net/stream.h"

/* A client names the host it wants to reach; a server gives an empty one. The config is held as long as the stream
 * lives. */
void net_tls_push(struct net_stream *s, struct tls_config *config, str host);
const struct tls *net_tls(const struct net_stream *s);          /* NULL when no TLS filter is on the stream */
