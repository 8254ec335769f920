/* What is asked of the plain values of nearly every object: its keys, whether its values have the types that the API asks for, which of a
 * struct's fields are plainly right, what is filled in, where a path leads, and whether a text may hold a variable. linter/loading/resource.py,
 * linter/kube/structs.py, linter/apiserver/constraints.py, linter/kube/defaults/fill.py, linter/path.py and linter/kube/unknown.py do the same in Python
 * and are held equal by tests/apiserver/test_native_walks.py.
 */
#include "objects.h"

/* Take note of a value, and of the collections to look into later: a list that grows, no recursion, for an object may be deep. */
static int note(PyObject *value, PyObject *waiting, int *holds_null)
{
    if (value == Py_None)
        *holds_null = 1;
    return PyDict_CheckExact(value) || PyList_CheckExact(value) ? PyList_Append(waiting, value) : 0;
}

static int walk(PyObject *waiting, PyObject *keys, int *holds_null)
{
    for (Py_ssize_t index = 0; index < PyList_Size(waiting); index++) {
        PyObject *each = PyList_GetItem(waiting, index), *key, *value;
        Py_ssize_t position = 0;
        if (PyDict_CheckExact(each)) {
            while (PyDict_Next(each, &position, &key, &value))
                if (PySet_Add(keys, key) < 0 || note(value, waiting, holds_null) < 0)
                    return -1;
        } else {
            for (; position < PyList_Size(each); position++)
                if (note(PyList_GetItem(each, position), waiting, holds_null) < 0)
                    return -1;
        }
    }
    return 0;
}

const char look_through_doc[] = PyDoc_STR(
    "look_through(value)\n--\n\n"
    "Return the keys of all dicts in plain data, at any depth, and whether there is a None anywhere.");

PyObject *look_through(PyObject *Py_UNUSED(module), PyObject *value)
{
    int holds_null = 0;
    PyObject *waiting = PyList_New(0);
    PyObject *keys = PyFrozenSet_New(NULL); /* one that nobody else has may still be filled */
    PyObject *result = NULL;
    if (waiting != NULL && keys != NULL && note(value, waiting, &holds_null) == 0 && walk(waiting, keys, &holds_null) == 0)
        result = Py_BuildValue("OO", keys, holds_null ? Py_True : Py_False);
    Py_XDECREF(waiting);
    Py_XDECREF(keys);
    return result;
}

/* The names of what is asked of a type (linter/kube/structs.py), and where its faults go. */
typedef struct {
    PyObject *plain, *collection, *inside, *bounds, *wellformed, *check, *faults;
} Asked;

static int value_fits(Asked *asked, PyObject *value, PyObject *type);

/* Whether a value inside of a collection fits: null always does, and one of the type's plain class. */
static int entry_fits(Asked *asked, PyObject *value, PyObject *type)
{
    if (value == Py_None)
        return 1;
    PyObject *plain = PyObject_GetAttr(type, asked->plain);
    if (plain == NULL)
        return -1;
    int is_plain = plain == (PyObject *)Py_TYPE(value);
    Py_DECREF(plain);
    return is_plain ? 1 : value_fits(asked, value, type);
}

static int dict_fits(Asked *asked, PyObject *value, PyObject *inside)
{
    Py_ssize_t position = 0;
    PyObject *key, *entry;
    int is_struct = PyDict_CheckExact(inside), result = 1;
    while (result == 1 && PyDict_Next(value, &position, &key, &entry)) {
        PyObject *type = is_struct ? PyDict_GetItemWithError(inside, key) : inside;
        if (type == NULL)
            return PyErr_Occurred() ? -1 : 0; /* a field that nobody knows */
        result = entry_fits(asked, entry, type);
    }
    return result;
}

static int list_fits(Asked *asked, PyObject *value, PyObject *inside)
{
    int result = 1;
    for (Py_ssize_t index = 0; result == 1 && index < PyList_Size(value); index++)
        result = entry_fits(asked, PyList_GetItem(value, index), inside);
    return result;
}

/* Whether a value is a whole number within bounds, of which each may be None. */
static int is_within(PyObject *value, PyObject *low, PyObject *high)
{
    if (!PyLong_CheckExact(value))
        return 0;
    int is_high_enough = low == Py_None ? 1 : PyObject_RichCompareBool(value, low, Py_GE);
    return is_high_enough != 1 || high == Py_None ? is_high_enough : PyObject_RichCompareBool(value, high, Py_LE);
}

static int has_bounds(Asked *asked, PyObject *value, PyObject *type)
{
    PyObject *bounds = PyObject_GetAttr(type, asked->bounds);
    if (bounds == NULL)
        return -1;
    int result = bounds == Py_None ? 0 : is_within(value, PyTuple_GetItem(bounds, 0), PyTuple_GetItem(bounds, 1));
    Py_DECREF(bounds);
    return result;
}

static int is_wellformed(Asked *asked, PyObject *value, PyObject *type)
{
    PyObject *wellformed = PyObject_GetAttr(type, asked->wellformed);
    if (wellformed == NULL)
        return -1;
    PyObject *answer = wellformed == Py_None ? Py_False : PyObject_CallFunctionObjArgs(wellformed, value, NULL);
    int result = answer == NULL ? -1 : PyObject_IsTrue(answer);
    if (wellformed != Py_None)
        Py_XDECREF(answer);
    Py_DECREF(wellformed);
    return result;
}

/* Ask a type in Python. */
static int python_finds_nothing(Asked *asked, PyObject *value, PyObject *type)
{
    PyObject *answer = PyObject_CallMethodObjArgs(type, asked->check, value, Py_None, asked->faults, NULL);
    if (answer == NULL)
        return -1;
    Py_DECREF(answer);
    return PyList_Size(asked->faults) == 0;
}

static int scalar_fits(Asked *asked, PyObject *value, PyObject *type)
{
    int fits = 0;
    if (PyLong_CheckExact(value))
        fits = has_bounds(asked, value, type);
    else if (PyUnicode_CheckExact(value))
        fits = is_wellformed(asked, value, type);
    return fits != 0 ? fits : python_finds_nothing(asked, value, type);
}

static int value_fits(Asked *asked, PyObject *value, PyObject *type)
{
    int result = -1;
    PyObject *collection = PyObject_GetAttr(type, asked->collection);
    if (collection == NULL)
        return -1;
    if (collection == Py_None) {
        result = scalar_fits(asked, value, type);
    } else if (collection != (PyObject *)Py_TYPE(value)) {
        result = 0;
    } else if (Py_EnterRecursiveCall(" while checking the types of an object") == 0) {
        PyObject *inside = PyObject_GetAttr(type, asked->inside);
        if (inside == Py_None)
            result = 0; /* a struct whose fields were never asked for: Python loads them */
        else if (inside != NULL)
            result = PyDict_CheckExact(value) ? dict_fits(asked, value, inside) : list_fits(asked, value, inside);
        Py_XDECREF(inside);
        Py_LeaveRecursiveCall();
    }
    Py_DECREF(collection);
    return result;
}

const char has_type_doc[] = PyDoc_STR(
    "has_type(value, type)\n--\n\n"
    "Tell whether a value surely has a type of linter.kube.structs; where it may not have it, `type.check` says why.");

PyObject *has_type(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *value, *type;
    if (!PyArg_ParseTuple(args, "OO:has_type", &value, &type))
        return NULL;
    Asked asked = {
        PyUnicode_InternFromString("plain"), PyUnicode_InternFromString("collection"),
        PyUnicode_InternFromString("inside"), PyUnicode_InternFromString("bounds"), PyUnicode_InternFromString("wellformed"),
        PyUnicode_InternFromString("check"), PyList_New(0)};
    int result = -1;
    if (asked.plain != NULL && asked.collection != NULL && asked.inside != NULL && asked.bounds != NULL && asked.wellformed != NULL
        && asked.check != NULL && asked.faults != NULL)
        result = value_fits(&asked, value, type);
    Py_XDECREF(asked.plain);
    Py_XDECREF(asked.collection);
    Py_XDECREF(asked.inside);
    Py_XDECREF(asked.bounds);
    Py_XDECREF(asked.wellformed);
    Py_XDECREF(asked.check);
    Py_XDECREF(asked.faults);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

/* The fields of linter.apiserver.constraints._Asked. */
enum { FIELD, ASKS_ABSENT, PLAIN, TEXTS, MINIMUM, MAXIMUM };

/* Whether nothing is to be said of a field; `found` is NULL where it is absent. */
static int is_plainly_right(PyObject *asked, PyObject *found)
{
    if (found == NULL || found == Py_None)
        return PyTuple_GetItem(asked, ASKS_ABSENT) == Py_False;
    if (PyTuple_GetItem(asked, PLAIN) != (PyObject *)Py_TYPE(found))
        return 0;
    if (PyUnicode_CheckExact(found)) {
        PyObject *texts = PyTuple_GetItem(asked, TEXTS);
        return texts == Py_None ? PyUnicode_GetLength(found) > 0 : PySequence_Contains(texts, found);
    }
    return is_within(found, PyTuple_GetItem(asked, MINIMUM), PyTuple_GetItem(asked, MAXIMUM));
}

const char in_doubt_doc[] = PyDoc_STR(
    "in_doubt(value, asked)\n--\n\n"
    "Return those constraints on the fields of a dict (a tuple of linter.apiserver.constraints._Asked) that are not plainly kept.");

PyObject *in_doubt(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *value, *asked, *result;
    if (!PyArg_ParseTuple(args, "O!O!:in_doubt", &PyDict_Type, &value, &PyTuple_Type, &asked) || (result = PyList_New(0)) == NULL)
        return NULL;
    for (Py_ssize_t index = 0; index < PyTuple_Size(asked); index++) {
        PyObject *each = PyTuple_GetItem(asked, index);
        PyObject *found = PyDict_GetItemWithError(value, PyTuple_GetItem(each, FIELD));
        int is_right = found == NULL && PyErr_Occurred() ? -1 : is_plainly_right(each, found);
        if (is_right < 0 || (is_right == 0 && PyList_Append(result, each) < 0)) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

const char value_at_doc[] = PyDoc_STR(
    "value_at(value, path)\n--\n\nReturn what a path leads to in plain data; None where there is nothing.");

PyObject *value_at(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *value, *path;
    if (!PyArg_ParseTuple(args, "OO!:value_at", &value, &PyTuple_Type, &path))
        return NULL;
    for (Py_ssize_t index = 0; index < PyTuple_Size(path) && value != NULL; index++) {
        PyObject *step = PyTuple_GetItem(path, index);
        if (PyDict_Check(value)) {
            value = PyDict_GetItemWithError(value, step);
        } else if (PyList_Check(value) && PyLong_Check(step)) {
            Py_ssize_t position = PyLong_AsSsize_t(step), size = PyList_Size(value);
            if (position == -1 && PyErr_Occurred())
                return NULL;
            value = position < size ? PyList_GetItem(value, position < 0 ? position + size : position) : NULL;
        } else {
            value = NULL;
        }
    }
    if (PyErr_Occurred())
        return NULL;
    return Py_NewRef(value == NULL ? Py_None : value);
}

const char fill_zero_doc[] = PyDoc_STR(
    "fill_zero(obj, **defaults)\n--\n\nReturn a copy with the fields that the dict lacks, or holds as zero value.");

PyObject *fill_zero(PyObject *Py_UNUSED(module), PyObject *args, PyObject *defaults)
{
    PyObject *obj, *result, *name, *value;
    Py_ssize_t position = 0;
    if (!PyArg_ParseTuple(args, "O!:fill_zero", &PyDict_Type, &obj) || (result = PyDict_Copy(obj)) == NULL)
        return NULL;
    while (defaults != NULL && PyDict_Next(defaults, &position, &name, &value)) {
        PyObject *found = PyDict_GetItemWithError(obj, name);
        int is_set = found != NULL ? PyObject_IsTrue(found) : PyErr_Occurred() ? -1 : 0;
        if (is_set < 0 || (is_set == 0 && PyDict_SetItem(result, name, value) < 0)) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

const char holds_pair_doc[] = PyDoc_STR(
    "holds_pair(text, pairs)\n--\n\n"
    "Tell whether a text holds one of several pairs of signs, which stand in a text one behind the other. All of them are ASCII.");

PyObject *holds_pair(PyObject *Py_UNUSED(module), PyObject *args)
{
    const unsigned char *text, *pairs;
    Py_ssize_t size, length;
    unsigned char begins[256] = {0}, seconds[128][16] = {{0}};
    PyObject *whole;
    if (!PyArg_ParseTuple(args, "Us#:holds_pair", &whole, &pairs, &length))
        return NULL;
    text = (const unsigned char *)PyUnicode_AsUTF8AndSize(whole, &size);
    if (text == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return NULL;
        PyErr_Clear(); /* a lone surrogate, which no file can hold */
        Py_RETURN_TRUE;
    }
    for (Py_ssize_t index = 0; index + 1 < length; index += 2) {
        unsigned char first = pairs[index] & 127, second = pairs[index + 1] & 127;
        begins[first] = 1;
        seconds[first][second >> 3] |= (unsigned char)(1 << (second & 7));
    }
    for (Py_ssize_t index = 0; index + 1 < size; index++)
        if (begins[text[index]] && text[index + 1] < 128 && seconds[text[index]][text[index + 1] >> 3] >> (text[index + 1] & 7) & 1)
            Py_RETURN_TRUE;
    Py_RETURN_FALSE;
}
