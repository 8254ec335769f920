/* Where some keys and values of a document stand, without making its values: the text is read as far as the last of them.
 *
 * linter/loading/yaml/locate.py does the same in Python. The places are those of compose()'s table (native/src/podplan_native.c); all
 * three are held equal by tests/loading/yaml/test_native.py.
 */
#include "events.h"
#include <stdlib.h>

/* A way through the document: names of keys and numbers of items. */
typedef struct {
    PyObject *steps; /* tuple; borrowed */
    Py_ssize_t length;
    Py_ssize_t found; /* how many of the steps lead to where the reader is */
    int is_settled;   /* found, or known to be absent */
    Place key, key_end, value, value_end;
} Path;

typedef struct {
    int is_mapping, is_flow;
    Place start;
    Py_ssize_t index; /* of the item that comes next, in a list */
    Place key, key_end;
} Level;

typedef struct {
    Events events;
    Path *paths;
    Py_ssize_t count, left;
    Level *levels;
    Py_ssize_t height, room;
    Place end; /* where the last value ends */
    int has_end;
} Locator;

static void move_end(Locator *locator)
{
    locator->end = place_of(locator->events.event.end_mark);
    locator->has_end = 1;
}

/* Whether a path goes on in the innermost collection. */
static int goes_on(const Locator *locator, const Path *path)
{
    return !path->is_settled && path->found == locator->height - 1 && path->length > path->found;
}

/* Read a key of the innermost mapping, and follow the paths that it is a step of. */
static int take_key(Locator *locator)
{
    Level *level = &locator->levels[locator->height - 1];
    const yaml_event_t *event = &locator->events.event;
    PyObject *key = NULL;
    int result = DONE;
    if (event->type != YAML_SCALAR_EVENT || !is_bare(event))
        return UNUSUAL;
    move_end(locator);
    level->key = place_of(event->start_mark);
    level->key_end = locator->end;
    for (Py_ssize_t number = 0; result == DONE && number < locator->count; number++) {
        Path *path = &locator->paths[number];
        if (!goes_on(locator, path))
            continue;
        if (key == NULL && (result = scalar_key(&locator->events, &key)) != DONE)
            break;
        PyObject *step = PyTuple_GetItem(path->steps, path->found);
        int is_step = step == NULL ? -1 : PyObject_RichCompareBool(step, key, Py_EQ);
        if (is_step < 0)
            result = FAILED;
        else if (is_step) {
            path->found++;
            path->key = level->key;
            path->key_end = level->key_end;
        }
    }
    Py_XDECREF(key);
    return result;
}

/* Follow the paths that the next item of the innermost list is a step of. */
static int take_index(Locator *locator)
{
    Level *level = &locator->levels[locator->height - 1];
    for (Py_ssize_t number = 0; number < locator->count; number++) {
        Path *path = &locator->paths[number];
        if (!goes_on(locator, path))
            continue;
        PyObject *step = PyTuple_GetItem(path->steps, path->found);
        if (step == NULL)
            return FAILED;
        if (PyLong_Check(step)) {
            Py_ssize_t index = PyLong_AsSsize_t(step);
            if (index == -1 && PyErr_Occurred())
                return FAILED;
            path->found += index == level->index;
        }
    }
    level->index++;
    return DONE;
}

/* Note where a value of the innermost collection stands: no path that leads to it, or into it, leads further. */
static void settle(Locator *locator, Place start, Place end)
{
    const Level *level = &locator->levels[locator->height - 1];
    for (Py_ssize_t number = 0; number < locator->count; number++) {
        Path *path = &locator->paths[number];
        if (path->is_settled || path->found != locator->height)
            continue;
        if (!level->is_mapping) { /* an item is its own key */
            path->key = start;
            path->key_end = end;
        }
        if (path->found == path->length) {
            path->value = start;
            path->value_end = end;
        } else {
            path->value = path->key;
            path->value_end = path->key_end;
        }
        path->is_settled = 1;
        locator->left--;
    }
}

/* Read a value event: a scalar whole, of a collection its start. */
static int take_value(Locator *locator)
{
    const yaml_event_t *event = &locator->events.event;
    if (!is_bare(event))
        return UNUSUAL;
    if (event->type == YAML_SCALAR_EVENT) {
        const Level *level = &locator->levels[locator->height - 1];
        /* Nothing is written at all where `key:` has nothing behind it. */
        if (event->data.scalar.length > 0 || !event->data.scalar.plain_implicit) {
            move_end(locator);
            settle(locator, place_of(event->start_mark), locator->end);
        } else if (level->is_mapping) {
            settle(locator, level->key, level->key_end);
        } else {
            Place behind = locator->has_end ? locator->end : level->start;
            settle(locator, behind, behind);
        }
        return DONE;
    }
    if (locator->height == locator->room) {
        Py_ssize_t room = locator->room ? 2 * locator->room : 16;
        Level *levels = realloc(locator->levels, (size_t)room * sizeof(Level));
        if (levels == NULL) {
            PyErr_NoMemory();
            return FAILED;
        }
        locator->levels = levels;
        locator->room = room;
    }
    locator->levels[locator->height++] = (Level){
        .is_mapping = event->type == YAML_MAPPING_START_EVENT, .is_flow = has_flow_style(event), .start = place_of(event->start_mark)};
    return DONE;
}

/* Leave the innermost collection, at its end event. */
static void leave(Locator *locator)
{
    const Level level = locator->levels[--locator->height];
    /* A flow collection ends at its bracket; a block one where its last value ends, not at the next token. */
    if (level.is_flow || !locator->has_end)
        move_end(locator);
    if (locator->height > 0)
        settle(locator, level.start, locator->end);
}

/* Read as far as it takes. What no step leads to is not in the document: UNUSUAL. */
static int find(Locator *locator)
{
    int result = first_event(&locator->events);
    if (result == DONE)
        result = take_value(locator);
    while (result == DONE && locator->left > 0 && locator->height > 0) {
        if ((result = next_event(&locator->events)) != DONE)
            break;
        const Level *level = &locator->levels[locator->height - 1];
        if (locator->events.event.type == (level->is_mapping ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT)) {
            leave(locator);
            continue;
        }
        if (!level->is_mapping)
            result = take_index(locator);
        else if ((result = take_key(locator)) == DONE)
            result = next_event(&locator->events);
        if (result == DONE)
            result = take_value(locator);
    }
    return result == DONE && locator->left > 0 ? UNUSUAL : result;
}

/* Make [(key's range, value's range)] of what was found. */
static PyObject *places(const Locator *locator)
{
    PyObject *result = PyList_New(0);
    for (Py_ssize_t number = 0; result != NULL && number < locator->count; number++) {
        const Path *path = &locator->paths[number];
        PyObject *key = range(path->key, path->key_end), *value = range(path->value, path->value_end);
        PyObject *both = key == NULL || value == NULL ? NULL : PyTuple_Pack(2, key, value);
        if (both == NULL || PyList_Append(result, both) < 0)
            Py_CLEAR(result);
        Py_XDECREF(key);
        Py_XDECREF(value);
        Py_XDECREF(both);
    }
    return result;
}

const char locate_doc[] =
"locate(text, paths, known_keys, text_key, unusual)\n--\n\n"
"Return where the keys and values at some paths stand in a document that begins its text, and in which no key stands twice.\n\n"
"A path is a tuple of keys and indexes. Of each there is (key's range, value's range), as (line, column, end line, end column)\n"
"from 0; of what is absent both are the key of its nearest parent.\n"
"Returns None where a path leads nowhere, not even to a parent, and where the text as far as it is read holds an anchor, an alias,\n"
"a tag or a key beside the paths that is not text, or is not YAML.";

PyObject *locate(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *paths, *result = NULL;
    Locator locator = {0};
    if (!PyArg_ParseTuple(
            args, "UO!O!OO:locate", &text, &PyList_Type, &paths, &PyDict_Type, &locator.events.known_keys,
            &locator.events.text_key, &locator.events.unusual))
        return NULL;
    locator.count = locator.left = PyList_Size(paths);
    locator.paths = calloc((size_t)locator.count + 1, sizeof(Path));
    if (locator.paths == NULL)
        return PyErr_NoMemory();
    int done = DONE;
    for (Py_ssize_t number = 0; done == DONE && number < locator.count; number++) {
        Path *path = &locator.paths[number];
        path->steps = PyList_GetItem(paths, number);
        path->length = path->steps == NULL ? -1 : PyTuple_Size(path->steps);
        if (path->length < 0)
            done = FAILED;
        else if (path->length == 0)
            done = UNUSUAL; /* the whole document, whose end would have to be read */
    }
    if (done == DONE)
        done = open_events(&locator.events, text);
    if (done == DONE)
        done = find(&locator);
    if (done == DONE)
        result = places(&locator);
    else if (done == UNUSUAL && !PyErr_Occurred()) {
        result = Py_None;
        Py_INCREF(result);
    }
    close_events(&locator.events);
    free(locator.levels);
    free(locator.paths);
    return result;
}
