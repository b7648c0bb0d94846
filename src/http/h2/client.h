/* http/h2/client.h: the client's half of one HTTP/2 connection (RFC 9113) by nghttp2, over bytes that its owner
 * carries. Many requests at a time; each is known by its stream's number. For http/client.c, which knows hosts, limits
 * of time and retries. */
#pragma once
#include "http/request.h"

struct h2_session;
struct h2_events {
    void (*send)(void *owner, str bytes);                /* to the peer, in this order */
    void (*head)(void *fetch, const struct http_reply *r);       /* of the final reply; borrowed for the call */
    void (*data)(void *fetch, str bytes);
    /* The stream is gone. 0: the reply is whole. was_refused: the server did nothing with it, it may be tried anew
     * elsewhere. */
    void (*over)(void *fetch, err e, bool was_refused);
};

bool h2_is_there(void);
/* NULL when the library is not there. most_at_first: requests at a time until the server says how many it takes; 0 =
 * 100. */
struct h2_session *h2_session_new(const struct h2_events *events, void *owner, uint32_t most_at_first);
void h2_session_free(struct h2_session *s);              /* not from inside an event; streams are gone without one */
/* an error: the connection is of no more use, and was told so */
err h2_session_received(struct h2_session *s, str bytes);
uint32_t h2_session_most(const struct h2_session *s);            /* requests that the server takes at a time */
bool h2_session_has_room(const struct h2_session *s);    /* one request more may begin */

/* `head` is a head as HTTP/1.1 writes it, "GET /x HTTP/1.1\r\nHost: ...\r\n\r\n": its fields become those of HTTP/2,
 * for the scheme https; fields that are about an HTTP/1.1 connection are left out. `body` is copied; with body_follows
 * more comes by h2_session_write. The stream's number, or an err. It leaves with h2_session_flush, so that many leave
 * as one piece. */
int32_t h2_session_request(struct h2_session *s, str head, str body, bool body_follows, void *fetch);
void h2_session_flush(struct h2_session *s);
void h2_session_write(struct h2_session *s, int32_t stream, str bytes);
void h2_session_write_end(struct h2_session *s, int32_t stream);
size_t h2_session_queued(const struct h2_session *s, int32_t stream);
void h2_session_pause(struct h2_session *s, int32_t stream, bool pause);    /* the window closes: the server feels it */
void h2_session_cancel(struct h2_session *s, int32_t stream);    /* no event follows */
