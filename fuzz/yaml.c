/* Any bytes are read or refused with one error; what was read can be written as JSON and read again, and each path that
 * the fixes name leads somewhere. */
#include "base/diag.h"
#include "base/must.h"
#include "data/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct json *follow(struct json *root, struct json *path) {
    struct json *at = root;
    for (struct json *step = path->first->next; step; step = step->next) {
        must(at->kind == (step->kind == JSON_NUMBER ? JSON_ARRAY : JSON_OBJECT));
        if (step->kind == JSON_STRING) {
            at = json_get(at, step->text);
        } else {
            at = at->first;
            for (double i = 0; at && i < step->number; i++) at = at->next;
        }
        must(at);
    }
    return at;
}

static void check_again(struct arena *a, struct json *tree) {
    struct buf text = {0}, fixes = {0};
    struct diag d = {0};
    bool has_fixes = json_write_fixes(&fixes, tree);
    json_write(&text, tree, STR("  "));
    struct json *again = json_parse(a, buf_view(&text), JSON_STRICT, &d, STR("again.json"));
    must(again);
    if (has_fixes)
        for JSON_EACH(fix, json_parse(a, buf_view(&fixes), JSON_STRICT, NULL, STR("")))
            for JSON_EACH(path, fix) {
                struct json *to = follow(again, path);
                must(path == fix->first ? to->kind == JSON_NULL : to->kind >= JSON_ARRAY);
            }
    buf_free(&text);
    buf_free(&fixes);
    diag_free(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct diag d = {0};
    str source = str_of((const char *)data, size);
    struct json *tree = yaml_read(&a, source, &d, STR("fuzz.yaml"));
    must((tree != NULL) == (d.n_errors == 0));
    if (tree) check_again(&a, tree);
    struct json *expanded = yaml_parse(&a, source, NULL, STR("fuzz.yaml"));
    must(tree || !expanded);
    if (expanded) check_again(&a, expanded);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
