/* http/h2/internal.h: the functions of libnghttp2, looked up when a connection first may speak HTTP/2: who never does
 * so does not pay for it. */
#pragma once
#include <nghttp2/nghttp2.h>
#include <stdbool.h>

#define H2_FUNCTIONS(X) \
    X(session_callbacks_new) \
    X(session_callbacks_del) X(session_callbacks_set_on_header_callback) \
        X(session_callbacks_set_on_frame_recv_callback) X(session_callbacks_set_on_data_chunk_recv_callback) \
            X(session_callbacks_set_on_stream_close_callback) X(option_new) X(option_del) \
                X(option_set_no_auto_window_update) X(session_client_new2) X(session_server_new2) X(session_del) \
                    X(session_mem_recv) X(session_mem_send) X(session_consume_stream) X(session_consume_connection) \
                        X(session_get_stream_user_data) X(session_set_stream_user_data) \
                            X(session_set_local_window_size) X(session_get_remote_settings) X(session_resume_data) \
                                X(session_want_read) X(session_want_write) X(submit_settings) X(submit_request) \
                                    X(submit_response) X(submit_rst_stream) X(submit_goaway)

struct h2_lib {
#define X(name) __typeof__(nghttp2_##name) *name;
    H2_FUNCTIONS(X)
#undef X
};
const struct h2_lib *h2_lib(void);                       /* NULL when the library cannot be opened. Any thread */
