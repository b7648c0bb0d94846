/* load/data_url.h: data:[<type>][;base64],<data> */
#pragma once
#include "base/buf.h"

struct data_url { str type; };                       /* without parameters; borrows from the url */
bool data_url_read(str url, struct data_url *out, struct buf *data);
