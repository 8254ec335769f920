/* YAML → plain values, for the documents that nearly all manifests are: mappings with text keys, lists and scalars.
 *
 * libyaml parses; this makes the values of its events and, where they are asked for, the table of their positions.
 * Whatever is unusual (an anchor, a tag, a key that is not text or stands twice, a second document, any error) is
 * left to podplan's composer in Python: compose() returns None then. linter/loading/yaml/plain.py does the same in
 * Python and is held equal by tests/loading/yaml/test_native.py.
 */
#include "objects.h"
#include "events.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    PyObject *value; /* the dict or list; owned */
    int is_mapping;
    int is_flow;
    Place start;
    PyObject *key;    /* of the value that comes next; owned, NULL in a list */
    PyObject *keys;   /* where the keys stand, and where the values do; owned, NULL where nobody asks */
    PyObject *values; /* in a list both are one */
} Frame;

typedef struct {
    Events events;
    /* What the text means: given by Python, so that there is one truth. Borrowed. */
    PyObject *words;  /* dict: scalars that are no text, as `true` */
    PyObject *number; /* str -> value of a scalar that begins as a number may */
    Py_ssize_t depth, left;
    Frame *frames;
    Py_ssize_t height, room;
    PyObject *marks; /* dict: id -> (whole, keys, values); NULL where nobody asks */
    Place end;       /* where the last value ends */
    int has_end;
} Reader;

/* Make the value of the scalar event: *value is owned by the caller. */
static int scalar_value(Reader *reader, PyObject **value)
{
    const char *text = (const char *)reader->events.event.data.scalar.value;
    size_t length = reader->events.event.data.scalar.length;
    int is_plain = reader->events.event.data.scalar.plain_implicit;

    if (is_plain && length > 0 && length < 19 && text[0] >= '0' && text[0] <= '9' && (text[0] != '0' || length == 1)) {
        /* A decimal number that fits: the rest is Python's. */
        long long number = 0;
        size_t index = 0;
        while (index < length && text[index] >= '0' && text[index] <= '9')
            number = 10 * number + (text[index++] - '0');
        if (index == length) {
            *value = PyLong_FromLongLong(number);
            return *value == NULL ? FAILED : DONE;
        }
    }
    *value = PyUnicode_FromStringAndSize(text, (Py_ssize_t)length);
    if (*value == NULL)
        return FAILED;
    if (!is_plain)
        return DONE;
    if (length == 0 || strchr("yYnNtTfFoO~.+-", text[0]) != NULL) {
        PyObject *word = PyDict_GetItemWithError(reader->words, *value);
        if (word != NULL) {
            Py_INCREF(word);
            replace(value, word);
            return DONE;
        }
        if (PyErr_Occurred())
            return FAILED;
    }
    /* What begins with a digit and holds anything else than numbers do is text: `128Mi`, `25%`, `10.0.0.0/8`. */
    if (length > 0 && (strchr("+-.", text[0]) != NULL
                       || (strchr("0123456789", text[0]) != NULL && strspn(text, "0123456789abcdefABCDEFxXoO._+-") == length))) {
        PyObject *number = PyObject_CallFunctionObjArgs(reader->number, *value, NULL);
        if (number == NULL)
            return raised(&reader->events);
        replace(value, number);
    }
    return DONE;
}

static void clear_frame(Frame *frame)
{
    Py_CLEAR(frame->value);
    Py_CLEAR(frame->key);
    Py_CLEAR(frame->keys);
    Py_CLEAR(frame->values);
}

/* Enter a collection. Takes over the reference to its value. */
static int push(Reader *reader, PyObject *value, int is_mapping, int is_flow)
{
    if (reader->height == reader->room) {
        Py_ssize_t room = reader->room ? 2 * reader->room : 16;
        Frame *frames = realloc(reader->frames, (size_t)room * sizeof(Frame));
        if (frames == NULL) {
            Py_DECREF(value);
            PyErr_NoMemory();
            return FAILED;
        }
        reader->frames = frames;
        reader->room = room;
    }
    Frame *frame = &reader->frames[reader->height++];
    *frame = (Frame){value, is_mapping, is_flow, place_of(reader->events.event.start_mark), NULL, NULL, NULL};
    if (reader->marks != NULL) {
        frame->values = PyDict_New();
        if (frame->values == NULL)
            return FAILED;
        if (is_mapping) {
            frame->keys = PyDict_New();
            if (frame->keys == NULL)
                return FAILED;
        } else {
            Py_INCREF(frame->values);
            frame->keys = frame->values;
        }
    }
    return DONE;
}

/* Note where a value of the innermost collection stands. Nothing is written at all where `key:` has nothing behind it. */
static int mark_value(Reader *reader, Place start, Place end, int is_nothing)
{
    Frame *frame = &reader->frames[reader->height - 1];
    PyObject *found = NULL, *index = NULL;
    int result = FAILED;
    if (frame->is_mapping && is_nothing) {
        found = PyDict_GetItemWithError(frame->keys, frame->key);
        Py_XINCREF(found);
    } else if (is_nothing) {
        Place behind = reader->has_end ? reader->end : frame->start;
        found = range(behind, behind);
    } else {
        found = range(start, end);
    }
    if (found == NULL)
        return FAILED;
    if (frame->is_mapping) {
        result = PyDict_SetItem(frame->values, frame->key, found) == 0 ? DONE : FAILED;
    } else {
        index = PyLong_FromSsize_t(PyList_Size(frame->value) - 1);
        if (index != NULL)
            result = PyDict_SetItem(frame->values, index, found) == 0 ? DONE : FAILED;
        Py_XDECREF(index);
    }
    Py_DECREF(found);
    return result;
}

/* Leave the innermost collection, at its end event. */
static int pop(Reader *reader, PyObject **root_range)
{
    Frame frame = reader->frames[--reader->height];
    int result = DONE;
    if (reader->marks != NULL) {
        /* A flow collection ends at its bracket; a block one where its last value ends, not at the next token. */
        if (frame.is_flow || !reader->has_end) {
            reader->end = place_of(reader->events.event.end_mark);
            reader->has_end = 1;
        }
        PyObject *whole = range(frame.start, reader->end);
        PyObject *id = PyLong_FromVoidPtr(frame.value);
        PyObject *mark = whole == NULL ? NULL : PyTuple_Pack(3, whole, frame.keys, frame.values);
        if (id == NULL || mark == NULL || PyDict_SetItem(reader->marks, id, mark) < 0)
            result = FAILED;
        else if (reader->height > 0)
            result = mark_value(reader, frame.start, reader->end, 0);
        else {
            Py_INCREF(whole);
            *root_range = whole;
        }
        Py_XDECREF(whole);
        Py_XDECREF(id);
        Py_XDECREF(mark);
    }
    clear_frame(&frame);
    return result;
}

/* Put a value into the innermost collection. */
static int put(Reader *reader, PyObject *value)
{
    Frame *frame = &reader->frames[reader->height - 1];
    if (frame->is_mapping)
        return PyDict_SetItem(frame->value, frame->key, value) == 0 ? DONE : FAILED;
    reader->left--;
    return PyList_Append(frame->value, value) == 0 ? DONE : FAILED;
}

/* Read a key event of the innermost mapping. */
static int take_key(Reader *reader)
{
    Frame *frame = &reader->frames[reader->height - 1];
    yaml_event_t *event = &reader->events.event;
    if (event->type != YAML_SCALAR_EVENT || !is_bare(event))
        return UNUSUAL;
    Py_CLEAR(frame->key);
    int result = scalar_key(&reader->events, &frame->key);
    if (result != DONE)
        return result;
    int is_repeated = PyDict_Contains(frame->value, frame->key);
    if (is_repeated != 0)
        return is_repeated < 0 ? FAILED : UNUSUAL;
    if (reader->marks != NULL) {
        reader->end = place_of(event->end_mark);
        reader->has_end = 1;
        PyObject *found = range(place_of(event->start_mark), reader->end);
        if (found == NULL)
            return FAILED;
        result = PyDict_SetItem(frame->keys, frame->key, found) == 0 ? DONE : FAILED;
        Py_DECREF(found);
    }
    return result;
}

/* Read a value event: a scalar whole, of a collection its start. */
static int take_value(Reader *reader)
{
    yaml_event_t *event = &reader->events.event;
    PyObject *value = NULL;
    int result;
    if (!is_bare(event))
        return UNUSUAL;
    if (event->type == YAML_SCALAR_EVENT) {
        int is_nothing = event->data.scalar.length == 0 && event->data.scalar.plain_implicit;
        result = scalar_value(reader, &value);
        if (result == DONE)
            result = put(reader, value);
        Py_XDECREF(value);
        if (result == DONE && reader->marks != NULL) {
            if (!is_nothing) {
                reader->end = place_of(event->end_mark);
                reader->has_end = 1;
            }
            result = mark_value(reader, place_of(event->start_mark), reader->end, is_nothing);
        }
        return result;
    }
    int is_mapping = event->type == YAML_MAPPING_START_EVENT;
    value = is_mapping ? PyDict_New() : PyList_New(0);
    if (value == NULL)
        return FAILED;
    if (reader->height > 0 && put(reader, value) != DONE) {
        Py_DECREF(value);
        return FAILED;
    }
    if (reader->height >= reader->depth) {
        Py_DECREF(value);
        return UNUSUAL;
    }
    return push(reader, value, is_mapping, has_flow_style(event));
}

/* Read a document that is alone in its text: *value and *root_range are owned by the caller. */
static int read_document(Reader *reader, PyObject **value, PyObject **root_range)
{
    int result = first_event(&reader->events);
    if (result != DONE)
        return result;
    if ((result = take_value(reader)) != DONE)
        return result;
    *value = reader->frames[0].value;
    Py_INCREF(*value);
    while (reader->height > 0) {
        if ((result = next_event(&reader->events)) != DONE)
            return result;
        Frame *frame = &reader->frames[reader->height - 1];
        if (reader->events.event.type == (frame->is_mapping ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT)) {
            if (frame->is_mapping)
                reader->left -= 2 * PyDict_Size(frame->value);
            result = pop(reader, root_range);
        } else if (frame->is_mapping) {
            if ((result = take_key(reader)) == DONE && (result = next_event(&reader->events)) == DONE)
                result = take_value(reader);
        } else {
            result = take_value(reader);
        }
        if (result != DONE)
            return result;
        if (reader->left < 1) /* the document itself is one */
            return UNUSUAL;
    }
    if ((result = next_event(&reader->events)) != DONE || reader->events.event.type != YAML_DOCUMENT_END_EVENT)
        return UNUSUAL;
    if ((result = next_event(&reader->events)) != DONE || reader->events.event.type != YAML_STREAM_END_EVENT)
        return UNUSUAL;
    return DONE;
}

PyDoc_STRVAR(compose_doc,
"compose(text, depth, values, positions, words, known_keys, number, text_key, unusual)\n--\n\n"
"Read a document that is alone in its text and holds nothing unusual.\n\n"
"Returns (value, size, marks, range): `size` counts the values, `marks` has for the id of each dict and list (whole, keys,\n"
"values), ranges as (line, column, end line, end column) from 0; marks and range are None unless positions are asked for.\n"
"Returns None for a text that is unusual, not YAML, deeper or larger than allowed.");

static PyObject *compose(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *value = NULL, *root_range = NULL, *result = NULL;
    Reader reader = {0};
    Py_ssize_t values;
    int positions;
    if (!PyArg_ParseTuple(
            args, "UnnpO!O!OOO:compose", &text, &reader.depth, &values, &positions, &PyDict_Type, &reader.words,
            &PyDict_Type, &reader.events.known_keys, &reader.number, &reader.events.text_key, &reader.events.unusual))
        return NULL;
    reader.left = values;
    int done = open_events(&reader.events, text);
    if (done == DONE)
        done = !positions || (reader.marks = PyDict_New()) != NULL ? read_document(&reader, &value, &root_range) : FAILED;
    if (done == DONE) {
        result = Py_BuildValue(
            "OnOO", value, values - reader.left, positions ? reader.marks : Py_None,
            root_range != NULL ? root_range : Py_None);
    } else if (done == UNUSUAL && !PyErr_Occurred()) {
        result = Py_None;
        Py_INCREF(result);
    }
    while (reader.height > 0)
        clear_frame(&reader.frames[--reader.height]);
    free(reader.frames);
    close_events(&reader.events);
    Py_XDECREF(reader.marks);
    Py_XDECREF(root_range);
    Py_XDECREF(value);
    return result;
}

static PyMethodDef methods[] = {
    {"compose", compose, METH_VARARGS, compose_doc},
    {"locate", locate, METH_VARARGS, locate_doc},
    {"look_through", look_through, METH_O, look_through_doc},
    {"has_type", has_type, METH_VARARGS, has_type_doc},
    {"in_doubt", in_doubt, METH_VARARGS, in_doubt_doc},
    {"fill_zero", (PyCFunction)(void (*)(void))fill_zero, METH_VARARGS | METH_KEYWORDS, fill_zero_doc},
    {"is_plain", is_plain, METH_VARARGS, is_plain_doc},
    {"value_at", value_at, METH_VARARGS, value_at_doc},
    {"holds_pair", holds_pair, METH_VARARGS, holds_pair_doc},
    {NULL, NULL, 0, NULL}};

static int fill_module(PyObject *module)
{
    return PyModule_AddStringConstant(module, "libyaml", yaml_get_version_string());
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "podplan_native", "The compiled part of podplan: reads plain YAML, and walks over objects.", 0, methods, slots,
    NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_podplan_native(void)
{
    return PyModuleDef_Init(&definition);
}
