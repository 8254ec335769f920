/* Two walks over the plain values of an object, which nearly every manifest takes: its keys, and whether its values have the types that
 * the API asks for. linter/loading/resource.py and linter/kube/structs.py do the same in Python and are held equal by
 * tests/apiserver/test_native_walks.py.
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
    PyObject *plain, *collection, *inside, *check, *faults;
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

/* Ask a type in Python, as those of numbers do. */
static int python_finds_nothing(Asked *asked, PyObject *value, PyObject *type)
{
    PyObject *answer = PyObject_CallMethodObjArgs(type, asked->check, value, Py_None, asked->faults, NULL);
    if (answer == NULL)
        return -1;
    Py_DECREF(answer);
    return PyList_Size(asked->faults) == 0;
}

static int value_fits(Asked *asked, PyObject *value, PyObject *type)
{
    int result = -1;
    PyObject *collection = PyObject_GetAttr(type, asked->collection);
    if (collection == NULL)
        return -1;
    if (collection == Py_None) {
        result = python_finds_nothing(asked, value, type);
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

const char fits_doc[] = PyDoc_STR(
    "fits(value, type)\n--\n\n"
    "Tell whether a value surely has a type of linter.kube.structs; where it may not have it, `type.check` says why.");

PyObject *fits(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *value, *type;
    if (!PyArg_ParseTuple(args, "OO:fits", &value, &type))
        return NULL;
    Asked asked = {
        PyUnicode_InternFromString("plain"), PyUnicode_InternFromString("collection"),
        PyUnicode_InternFromString("inside"), PyUnicode_InternFromString("check"), PyList_New(0)};
    int result = -1;
    if (asked.plain != NULL && asked.collection != NULL && asked.inside != NULL && asked.check != NULL && asked.faults != NULL)
        result = value_fits(&asked, value, type);
    Py_XDECREF(asked.plain);
    Py_XDECREF(asked.collection);
    Py_XDECREF(asked.inside);
    Py_XDECREF(asked.check);
    Py_XDECREF(asked.faults);
    return result < 0 ? NULL : PyBool_FromLong(result);
}
